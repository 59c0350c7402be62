"""What the stock comes to: sums over levels and over the ledger."""
