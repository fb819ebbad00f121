namespace RocketMQ.Broker.Tests.Answers;

/// <summary>The code that Apache's broker answered.</summary>
/// <param name="Request">The request's code.</param>
/// <param name="Name">Its name.</param>
/// <param name="What">What of the request was left out.</param>
/// <param name="Expected">The answer's code; negative where none was recorded.</param>
internal sealed record RecordedCode(int Request, string Name, string What, int Expected);
