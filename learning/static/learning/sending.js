/* What the scripts of a learner's pages send goes out with the token of the page's forms. Signing in in another window
   replaces that: what is refused is sent once more, with the token of the page as it is now. */
const withToken = (() => {
  "use strict";
  const { person } = document.currentScript.dataset;
  const field = "[name=csrfmiddlewaretoken]";

  // Puts a fresh token into all forms. Where that can't be, the answer to go by: 401 where the page leads to signing in, or
  // is somebody else's by now; 503 for a page without forms, which isn't ours.
  const renew = async (signal) => {
    const answer = await fetch(location.href, {
      cache: "no-store", credentials: "same-origin", mode: "same-origin", signal,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = page.querySelector("script[data-person]")?.dataset.person ?? person;
    if (theirs !== person || page.querySelector("[type=password]")) return new Response(null, { status: 401 });
    const fresh = page.querySelector(field)?.value;
    if (!fresh) return new Response(null, { status: 503 });
    for (const each of document.querySelectorAll(field)) each.value = fresh;
    return null;
  };

  // `send(token)` fetches; `signal` ends what is done in between.
  return async (send, signal) => {
    const attempt = () => send(document.querySelector(field).value);
    const answer = await attempt();
    return answer.status === 403 ? (await renew(signal)) ?? attempt() : answer;
  };
})();
