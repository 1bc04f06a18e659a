/** What a workflow agent asks in its two calls, after the stages of TR111 2.2. Knows no server and no nonce. */

/** A system message and a prompt. */
export interface WorkflowPrompt {
  readonly system: string
  readonly prompt: string
}

/** The headings that the report is asked to have; structureCompliancePercent of the report call is measured by them. */
export const reportHeadings = ['Executive Summary', 'Key Findings', 'Recommendations'] as const

/** The first call: what the files say. */
export const analysisPrompt = (summary: string): WorkflowPrompt => ({
  system: 'You analyse benchmark results. Name figures and what they mean.',
  prompt: `What stands out in these files? Name trends, outliers and what is missing.\n\n${summary}`,
})

/** The second call: a report from the first one's answer, of whatever length; empty where the model said nothing. */
export const reportPrompt = (analysis: string): WorkflowPrompt => ({
  system: 'You write technical reports in Markdown.',
  prompt: `Write a report with these headings, in this order:\n${reportHeadings.map((heading) => `## ${heading}`).join('\n')}\n\nThe analysis:\n${analysis.trim() === '' ? '(none was given)' : analysis.trim()}`,
})
