"""Ratios measured in one run; times alone say more about the machine."""
