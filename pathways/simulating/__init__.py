"""Simulation: a population of synthetic patients lives its pathways on the kernel, and the people
who work for it have only so many hours. Pure: a plan and a seed in, counts out.
"""
