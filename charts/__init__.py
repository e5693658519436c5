"""Charts from plain series: the position of each mark. The templates in templates/charts/ draw
them as SVG. No code here depends on a model."""
