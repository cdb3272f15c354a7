"""One flat script per lesson."""
