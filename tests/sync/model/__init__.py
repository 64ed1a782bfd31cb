"""The rules of the hand-over in memory: seven offices, sticks that go astray, and a judge."""
