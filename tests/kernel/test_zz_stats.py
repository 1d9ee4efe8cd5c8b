from hypothesis import settings as S, Phase
from tests.kernel import test_stateful_migrations as t


class TestX(t.Migrations.TestCase):
    pass


TestX.settings = S(t.lives(1), phases=[Phase.generate], max_examples=700)
