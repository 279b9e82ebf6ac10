"""Out to the proofreaders and back: a copy to be read, and what they wrote into it.

numbers       paragraph numbers that stay from one copy to the next
reading_copy  the pages with room to write, numbers beside, a foot
marks         annotations of a PDF as marks
printed       letters on a page
whence        from letters on a page to line and column of the manuscript
comments      marks with the words under them and their lines
corrections   plain ones written into the manuscript, and why others are not
errands       the two ways: `proof`, and `comments` with `write`
telling       the list of comments, in words and for programs
"""

from __future__ import annotations

from banxin.proofreading.errands import Read, Started, comments, proof, undo, write
from banxin.proofreading.telling import told

__all__ = ["Read", "Started", "comments", "proof", "told", "undo", "write"]
