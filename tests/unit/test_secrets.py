"""Each kind of secret is masked and told."""

from __future__ import annotations

import pytest
from mkdocs_agent_catalog.reading import masking
from planted import Garden, Plant, pieces

EVERY = Garden(1).every()


@pytest.mark.parametrize("plant", EVERY, ids=[plant.kind for plant in EVERY])
def test_each_kind_is_masked_and_told_once(plant: Plant) -> None:
    shown, findings = masking.mask_and_report(f"Use it.\n\n{plant.text}\n\nGo on.\n", "a.md")
    assert not [piece for piece in pieces(plant.secret) if piece in shown.lower()]
    assert shown.startswith("Use it.\n\n")
    assert shown.endswith("\n\nGo on.\n")
    assert shown.count("\n") == 5 + plant.text.count("\n")
    assert len(findings) == 1
    assert findings[0].span.line == (4 if plant.kind == "putty" else 3)
    assert plant.secret not in str(findings[0])
