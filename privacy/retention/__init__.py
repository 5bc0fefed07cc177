"""What goes after how long (docs/adr/0042): the rules by what they are about, and their running."""
