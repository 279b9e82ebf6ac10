"""Many copies of one title: a row of a table each.

choice    which of them are asked for
table     the rows of a table, and what is wrong with them
record    which row has become which pages, and what was found in it
"""
