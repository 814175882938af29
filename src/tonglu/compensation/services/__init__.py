"""Writing pay: plans are issued, facts earn, money releases, periods close, statements are answered."""
