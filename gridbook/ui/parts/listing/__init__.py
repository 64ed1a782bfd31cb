"""What every long list has: filters, columns, kept views, and a file of what is seen."""
