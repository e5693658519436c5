"""Charts from plain series: where each mark stands. The templates in templates/charts/ draw them
as SVG. Nothing here knows a model."""
