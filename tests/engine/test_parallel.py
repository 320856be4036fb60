"""However few resources the engine works on at once, no hook waits for a thread that only its own end gives back."""

from tests.engine.conftest import Create
from tests.engine.project import UP


def test_an_up_that_works_on_one_resource_at_a_time_comes_up(create: Create) -> None:
    project = create("single")
    assert project.pulumi(*UP, "--parallel", "1").code == 0
    assert project.served() == {"backend": "1.0.1", "frontend": "1.0.1"}
