"""The containers' health check: asks the address it is given and exits 0 or 1, since the images have no curl."""

import sys
import urllib.error
import urllib.request


def main() -> int:
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=3) as answer:  # noqa: S310 - the task definition gives it
            print(f"status {answer.status}")
            return 0
    except urllib.error.HTTPError as refusal:
        print(f"status {refusal.code}")
    except OSError as fault:
        print(f"no answer: {fault}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
