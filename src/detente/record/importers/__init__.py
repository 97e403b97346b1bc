"""Published event data become rows of one event table, whatever shape they come in."""
