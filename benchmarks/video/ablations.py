"""What each part of our network of clips is worth on motions: one change at a time, under one recipe.

    python benchmarks/video/ablations.py [--variants LABEL ...] [--seeds 3] [--only LABEL:SEED ...]
        [the other arguments of motions_accuracy.py] [--runs ablations.jsonl] [--json] [--out TABLE.md]

The first network is the default form of `causal-slowfast`; each other one differs from it in one option. Training,
test, intervals and the file of finished runs are those of `motions_accuracy.py`.
"""

from motions_accuracy import Contestant, arguments, compare

MODEL = "causal-slowfast"
VARIANTS = {
    "default": {},
    "no-differences": {"differences": 0.0},
    "no-laterals": {"laterals": False},
    "squeeze-excite": {"gate": "squeeze-excite"},
    "rate-2": {"rate": 2},
    "rate-1": {"rate": 1},
    "shared-paths": {"paths": "shared"},
    "inverted-bottlenecks": {"block": "inverted"},
}
"""What differs from the default, by label."""


def main() -> None:
    """Compare the variants."""
    parser = arguments(__doc__ or "", "ablations")
    parser.add_argument("--variants", nargs="+", choices=tuple(VARIANTS), default=list(VARIANTS))
    given = parser.parse_args()
    # the default comes first: the others are compared with it
    labels = ["default", *(label for label in given.variants if label != "default")]
    compare([Contestant(label, MODEL, tuple(VARIANTS[label].items())) for label in labels], given)


if __name__ == "__main__":
    main()
