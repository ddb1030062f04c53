"""Ranking quality beside the plain recipe, what every part is worth, speed and memory: `rollkoll bench`."""
