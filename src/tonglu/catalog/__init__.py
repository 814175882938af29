"""What we sell and at what price: products, price lists, currencies and rates."""
