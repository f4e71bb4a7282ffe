"""How many slips of the finger lie between two texts."""


def slips(one: str, other: str) -> int:
    """Return the least number of letters put in, left out, changed, or swapped with the next.

    The distance of Damerau and Levenshtein in full: between two that are swapped, others may have
    been put in or left out. A database counts the same; a test compares.
    """
    far = len(one) + len(other)
    last_row: dict[str, int] = {}
    table: list[list[int]] = [[far] * (len(other) + 2), [far, *range(len(other) + 1)]]
    for row, letter in enumerate(one, 1):
        line = [far, row]
        last_column = 0
        for column, across in enumerate(other, 1):
            above = last_row.get(across, 0)
            swapped = (row - above - 1) + 1 + (column - last_column - 1)
            line.append(
                min(
                    table[row][column] + (letter != across),
                    line[column] + 1,
                    table[row][column + 1] + 1,
                    table[above][last_column] + swapped,
                )
            )
            if letter == across:
                last_column = column
        last_row[letter] = row
        table.append(line)
    return table[-1][-1]
