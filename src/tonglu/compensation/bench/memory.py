"""One book computed in a process of its own, which prints the most memory it used."""

from __future__ import annotations

import sys

from tonglu.compensation.core.volume.run import evaluate_volume

from .book import bench_credits, bench_facts, bench_people, bench_plan, credited
from .measure import peak_bytes


def main() -> int:
    facts, payees = (int(text) for text in sys.argv[1:3])
    book = credited(bench_facts(facts), bench_credits(facts, payees))
    evaluate_volume(bench_plan(), book, bench_people(payees))
    sys.stdout.write(f"{peak_bytes()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
