"""The vectorised twin: the same plans over millions of credits, on whole numbers of 128 bits.

It knows the frequent part of the algebra and says no to the rest (`refusals`), so that the exact reference
takes over. A test holds the two equal to the cent on random books of every table mode.

Needs the extra `volume` (Polars); nothing else of the engine does.
"""
