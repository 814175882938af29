"""Composing pay plans without writing code: the plan as a form, as YAML, in words, and as a worked example.

raw      the plan in the engine's neutral form, as it is saved
typed    what stands in the form's fields, all text, with rows as lists
item     what one field or group of the form is: `shapes.Item`; the whole form is `plan_shape.PLAN`

`reading` makes raw of typed and names what cannot be read, `showing` makes typed of raw, `controls` draws typed. What the form has
no field for is kept as a piece of YAML beside it, so that nothing a plan may say is out of reach or lost.
"""
