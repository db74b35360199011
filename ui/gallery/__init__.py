"""Every screen and state by name: drawn, written as a picture, and listed in a page to look through.

The values that are drawn come from the real engine and a simulated far side, on a clock of their own, so that a
picture is the same today and tomorrow.
"""
