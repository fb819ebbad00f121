namespace RocketMQ.MqAdmin.Messages;

/// <summary>What became of a message in one group.</summary>
/// <param name="State">Apache's word for it, such as <c>CONSUMED</c> or <c>NOT_CONSUME_YET</c>.</param>
/// <param name="Problem">Why nothing could be found out.</param>
internal sealed record MessageTrack(string Group, string State, string? Problem = null);
