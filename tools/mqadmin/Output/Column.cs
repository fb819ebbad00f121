namespace RocketMQ.MqAdmin.Output;

/// <summary>A column of a table.</summary>
/// <param name="Header">As Apache's mqadmin prints it.</param>
/// <param name="Name">In JSON.</param>
/// <param name="Value">Of a row: text, number, truth, <see cref="DateTimeOffset"/> or a list of texts.</param>
internal sealed record Column<T>(string Header, string Name, Func<T, object?> Value);
