"""Parts of a page large enough for a file of their own: controls and what they show."""
