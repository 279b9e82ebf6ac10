"""From an Edition to HTML and CSS: templates filled in, and what has to be counted before.

tokens        geometry, inks and type styles as CSS
document      the pages as HTML, by the layout's templates
sandbox       where templates are run; bounds, how much they may take
grid          lines of the baseline grid, rows of pictures
titles, cells, copyfit, shapes   titles, tables, excerpts and paragraphs, counted
charts, qr    drawings
front_matter  what a template does not print
respelling    characters that no face has, written otherwise
"""
