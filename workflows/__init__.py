"""The durable shell: one ``PatientJourney`` workflow per patient around the pure kernel."""
