namespace RocketMQ.MqAdmin.Output;

/// <summary>Enumerations under the names Apache gives their members.</summary>
internal static class Names
{
    public static string Of<T>(T? value)
        where T : struct, Enum =>
        value is { } given ? JsonReport.ToJson(given).ToString() : "";
}
