"""Comparisons of a casebook with outside records, one module per kind of table.

Every comparer takes the casebook (and the folder of outside records) and gives back a list of
:class:`compare.common.Disagreement`. None of them decides who is right; the reasons they add
follow from rules (the UTC day, a counting rule, an office held at the time).
"""
