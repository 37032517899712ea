// docxtemplater over all recipients, as its documentation shows: a rendered document cannot be rendered again,
// so the unpacked template is opened anew for each. Prints the seconds of the loop as JSON.
"use strict";
const fs = require("fs");
const path = require("path");
const PizZip = require("pizzip");
const Docxtemplater = require("docxtemplater");

const folder = process.argv[2];
const recipients = JSON.parse(fs.readFileSync(path.join(folder, "recipients.json"), "utf8"));
const templates = {};
for (const code of new Set(recipients.map((one) => one.language))) {
  templates[code] = fs.readFileSync(path.join(folder, `template.${code}.docx`));
}

function write(one) {
  const document = new Docxtemplater(new PizZip(templates[one.language]), { paragraphLoop: true, linebreaks: true });
  document.render(one.words);
  const data = document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
  fs.writeFileSync(path.join(folder, `${one.id}.docx`), data);
}

// The compiler of JavaScript needs some rounds before it has compiled what is run often.
recipients.slice(0, 20).forEach(write);
const clock = process.hrtime.bigint();
const before = process.cpuUsage();
recipients.forEach(write);
const used = process.cpuUsage(before);
const seconds = Number(process.hrtime.bigint() - clock) / 1e9;
console.log(JSON.stringify({ clock: seconds, processor: (used.user + used.system) / 1e6 }));
