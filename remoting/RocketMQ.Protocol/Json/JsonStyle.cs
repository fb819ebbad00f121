namespace RocketMQ.Protocol.Json;

/// <summary>The three forms in which Apache's brokers and name servers print JSON.</summary>
public enum JsonStyle
{
    /// <summary>
    /// Every body but the standard route: no white space, integer keys unquoted (<c>{0:1}</c>), keys that are objects written as
    /// objects (<c>{{"queueId":0}:1}</c>).
    /// </summary>
    Compact,

    /// <summary>JSON by the book and in ASCII: the route for requests of version 401 and up, or where the request asks for it.</summary>
    Standard,

    /// <summary>The files under <c>config/</c>: tabs and lines, but sets, arrays and integer keys on one line.</summary>
    Pretty,
}
