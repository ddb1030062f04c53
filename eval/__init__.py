"""How right Rollkoll is: questions with known answers ▸ run ▸ score ▸ report."""
