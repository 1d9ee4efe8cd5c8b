"""What late, corrected and retracted readings change of the past."""
