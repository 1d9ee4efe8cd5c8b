"""What Careway does in the world: records, scheduling and messages.

Workflows import ``activities.contract`` only; everything else here may use SQL and the network.
"""
