// The cards, the slider of days and scrollama, as scrollama's "sticky side by side" example has them.
import "./vendor/scrollama.min.js";

export async function cards(enter, chooseDay) {
  const story = await (await fetch("data/story.json")).json();
  const steps = document.getElementById("steps");
  for (const step of story.steps) {
    const card = document.createElement("section");
    card.className = "step";
    card.dataset.step = step.id;
    card.innerHTML = `<h2>${step.title}</h2>${step.html}`;
    steps.append(card);
  }
  const slider = document.getElementById("day");
  slider.max = story.days.length - 1;
  slider.addEventListener("input", () => chooseDay(story.days[slider.value]));
  scrollama().setup({ step: ".step", offset: 0.5 }).onStepEnter(({ index }) => {
    const step = story.steps[index];
    slider.value = story.days.indexOf(step.stop);
    enter(step);
  });
  return story;
}

export const number = (day) => Number(day.replaceAll("-", ""));
