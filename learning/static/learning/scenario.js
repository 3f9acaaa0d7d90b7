/* Scenarios one step at a time. Without this file all steps stand below one another, and choices lead to theirs. */
(() => {
  "use strict";
  const here = () => decodeURIComponent(location.hash.slice(1));

  document.querySelectorAll("[data-scenario]").forEach((scenario) => {
    const steps = [...scenario.querySelectorAll(".scenario-step")];
    const show = (step) => steps.forEach((each) => each.classList.toggle("now", each === step));
    // The address remembers the step, so that the browser's way back is the learner's as well.
    const follow = () => {
      const step = steps.find((each) => each.id === here());
      if (step) {
        show(step);
        step.focus();
      } else if (!here()) show(steps[0]);
    };
    show(steps[0]);
    scenario.classList.add("stepwise");
    if (here()) follow();
    addEventListener("hashchange", follow);
  });
})();
