"""What several stages read a text with: sentences, cues, money, dates. Knows no stage."""
