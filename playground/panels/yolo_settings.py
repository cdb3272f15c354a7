"""What the YOLO page starts from; imports no Streamlit, so that tests may read it."""

SIDE = 420  # pixels of a picture; of an own one the longer side
STREET = "0.62.130.118.330~1.150.170.370.290~2.235.285.355.400"
DIGITS = "3.40.60.160.240~7.230.180.370.390"
# Widths and heights in a picture of 420 pixels: tall, wide, square, small, large.
ANCHORS = ((70, 190), (200, 100), (130, 130), (55, 60), (320, 300))
# The prediction: a 3 and a 7, and how low the score of a raw box may be.
INK = (
    "DhpQeC4EdgAgAwUKCQotUAkIKAIoCAoECgYQDggMCBIEBAEMBxAPGBsUHwgZABEEMwEXCR8VDg7A"
    "AsgBEAFEATAHIgcNOgUQBTAIHgAOBBICEgEaAgw"
)
FAINTEST = 0.02
SCENES = 999
