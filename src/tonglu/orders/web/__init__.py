"""The pages that the generic ones cannot be: the customer's page of a quote, its PDF, and two versions side by side."""
