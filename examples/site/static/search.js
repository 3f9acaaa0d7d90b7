// Asks the source's search and shows what it finds here, with links to our own pages. Without this the form goes to the source.
const form = document.getElementById("search");
const state = document.getElementById("state");
const found = document.getElementById("found");
const { api, locale, root, results, none, failed } = form.dataset;

async function answer(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} at ${address}`);
  return response.json();
}

async function search(words) {
  const parameters = new URLSearchParams({ q: words, locale, limit: 50 });
  try {
    const [pages, list] = await Promise.all([answer("pages.json"), answer(`${api}?${parameters}`)]);
    state.textContent = list.meta.total_count ? `${results} ${list.meta.total_count}` : none;
    found.replaceChildren(...list.items.map((item) => row(item, pages[item.meta.html_url])));
  } catch (error) {
    console.error(error);
    state.textContent = failed;
    found.replaceChildren();
  }
}

function row(item, place) {
  const link = document.createElement("a");
  link.href = place === undefined ? item.meta.html_url : root + place;
  link.textContent = item.title;
  const heading = document.createElement("h3");
  heading.append(link);
  const line = document.createElement("li");
  line.append(heading);
  return line;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = form.elements.q.value.trim();
  history.replaceState(null, "", `?${new URLSearchParams({ q: words })}`);
  if (words) search(words);
});

const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  form.elements.q.value = asked;
  search(asked);
}
