"""The care plan: composed, put before approvers, in force, and the patient's own goals (X9)."""
