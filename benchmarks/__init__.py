"""What Stockroom's speed is measured by: one program a kind of work, each beside what the machine
can do at most.
"""
