"""The whole road, walked through every door: in the browser by the people who do each step, and by a program over HTTP."""
