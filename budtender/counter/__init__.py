"""What a budtender does. Each room takes an open register; none knows another."""
