namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What the rules say: the verdict, its reason, advice, and what they found that has a date.</summary>
internal sealed record Judgement(Verdict Verdict, string Reason, string Advice = "", params Finding[] Findings);
