import pytest


def test_the_first_use_under_a_fake_file_system_is_told_in_a_sentence(fs):
    with pytest.raises(ImportError, match=r"^the schemas of the mock cannot be read: .* \(pyfakefs\) .* before it"):
        from pytest_backendless_mock import BackendlessMock  # noqa: F401
