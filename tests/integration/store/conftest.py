def pytest_configure(config):
    config.addinivalue_line("markers", "unit: set by Haystack's own test base")
