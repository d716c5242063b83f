"""A plain maximum flow by augmenting paths, for the oracle. No rule of the notice."""

from fractions import Fraction


def lay(job: tuple, hours: Fraction, rooms: dict, seen: set) -> Fraction:
    """Hours that one augmenting path brings: into room that None holds, or where another job's hours can move away."""
    for place in [place for place in job[1] if place not in seen]:
        seen.add(place)
        for holder, held in list(rooms[place].items()):
            moved = min(hours, held) if holder is None else held and lay(holder, min(hours, held), rooms, seen)
            if moved:
                rooms[place][holder] -= moved
                rooms[place][job] += moved
                return moved
    return Fraction(0)
