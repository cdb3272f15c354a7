"""Figure builders: numbers in, plotly figures out."""
