"""The page that shows the API's description: ours alone, under its policy."""


def test_it_shows_every_part(visit):
    foreign = []
    page = visit("/health/live/")
    page.on("request", lambda request: foreign.append(request.url))
    page.goto("/api/docs/")
    page.wait_for_selector(".opblock-tag")
    tags = page.locator(".opblock-tag").evaluate_all("tags => tags.map(tag => tag.dataset.tag)")
    assert {"pages", "images", "changes", "search", "learning"} <= set(tags)
    page.click(".opblock-tag[data-tag=pages]")
    page.click("#operations-pages-page .opblock-summary-control")
    page.wait_for_selector("#operations-pages-page .responses-table")
    assert page.problems == []
    origin = page.url.split("/api/")[0]
    assert [url for url in foreign if not url.startswith((origin, "data:"))] == []
